// ITK's STAPLE filters on raw masks, for agreement and timing; staple-itk.ts builds and runs it.
//
//   staple_itk binary <masks> <raters> <height> <width> <output> <confidence weight> <iterations or 0> <repeats>
//   staple_itk labels <masks> <raters> <height> <width> <output> <termination threshold> 0 <repeats>
//   staple_itk voting <masks> <raters> <height> <width> <output> 0 0 <repeats>
//
// <masks>: one byte a pixel, rater after rater. <output>: doubles (probability) or bytes (labels). Prints JSON.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "itkImage.h"
#include "itkLabelVotingImageFilter.h"
#include "itkMultiLabelSTAPLEImageFilter.h"
#include "itkSTAPLEImageFilter.h"
#include "itkVersion.h"

using Labels = itk::Image<std::uint8_t, 2>;
using Probability = itk::Image<double, 2>;
using Binary = itk::STAPLEImageFilter<Labels, Probability>;
using MultiLabel = itk::MultiLabelSTAPLEImageFilter<Labels, Labels, double>;
using Voting = itk::LabelVotingImageFilter<Labels, Labels>;

static std::vector<Labels::Pointer> read(const std::string & path, int raters, itk::SizeValueType height, itk::SizeValueType width)
{
  std::ifstream file(path, std::ios::binary);
  std::vector<Labels::Pointer> masks;
  for (int i = 0; i < raters; ++i)
  {
    auto mask = Labels::New();
    mask->SetRegions(Labels::SizeType{ { width, height } });
    mask->Allocate();
    file.read(reinterpret_cast<char *>(mask->GetBufferPointer()), height * width);
    if (!file)
    {
      std::cerr << path << " is too short\n";
      std::exit(1);
    }
    masks.push_back(mask);
  }
  return masks;
}

template <typename Image>
static void write(const std::string & path, Image * image, std::size_t pixels)
{
  std::ofstream(path, std::ios::binary)
    .write(reinterpret_cast<const char *>(image->GetBufferPointer()), pixels * sizeof(typename Image::PixelType));
}

static double milliseconds(const std::function<void()> & task)
{
  const auto start = std::chrono::steady_clock::now();
  task();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

static void print(const char * name, const std::vector<double> & values)
{
  std::printf("\"%s\":[", name);
  for (std::size_t i = 0; i < values.size(); ++i)
    std::printf("%s%.17g", i ? "," : "", values[i]);
  std::printf("],");
}

int main(int argc, char ** argv)
{
  if (argc != 10)
    return 2;
  const std::string mode = argv[1];
  const int raters = std::atoi(argv[3]);
  const itk::SizeValueType height = std::atoi(argv[4]), width = std::atoi(argv[5]);
  const auto masks = read(argv[2], raters, height, width);
  const double parameter = std::atof(argv[7]);
  const int iterations = std::atoi(argv[8]), repeats = std::atoi(argv[9]);

  std::vector<double> times;
  std::printf("{\"version\":\"%s\",", itk::Version::GetITKVersion());
  if (mode == "binary")
  {
    Binary::Pointer filter;
    for (int repeat = 0; repeat < repeats; ++repeat)
    {
      filter = Binary::New();
      filter->SetForegroundValue(1);
      filter->SetConfidenceWeight(parameter);
      if (iterations)
        filter->SetMaximumIterations(iterations);
      for (int i = 0; i < raters; ++i)
        filter->SetInput(i, masks[i]);
      times.push_back(milliseconds([&] { filter->Update(); }));
    }
    write(argv[6], filter->GetOutput(), height * width);
    print("sensitivity", filter->GetSensitivity());
    print("specificity", filter->GetSpecificity());
    std::printf("\"elapsed\":%u,", filter->GetElapsedIterations());
  }
  else if (mode == "voting")
  {
    Voting::Pointer filter;
    for (int repeat = 0; repeat < repeats; ++repeat)
    {
      filter = Voting::New();
      for (int i = 0; i < raters; ++i)
        filter->SetInput(i, masks[i]);
      times.push_back(milliseconds([&] { filter->Update(); }));
    }
    write(argv[6], filter->GetOutput(), height * width);
    std::printf("\"elapsed\":0,");
  }
  else
  {
    MultiLabel::Pointer filter;
    for (int repeat = 0; repeat < repeats; ++repeat)
    {
      filter = MultiLabel::New();
      filter->SetTerminationUpdateThreshold(parameter);
      for (int i = 0; i < raters; ++i)
        filter->SetInput(i, masks[i]);
      times.push_back(milliseconds([&] { filter->Update(); }));
    }
    write(argv[6], filter->GetOutput(), height * width);
    // ITK's rows are the rater's labels (the last row rejects), its columns the truth.
    std::vector<double> confusion;
    for (int i = 0; i < raters; ++i)
    {
      const auto & matrix = filter->GetConfusionMatrix(i);
      for (unsigned truth = 0; truth < matrix.cols(); ++truth)
        for (unsigned vote = 0; vote < matrix.cols(); ++vote)
          confusion.push_back(matrix[vote][truth]);
    }
    print("confusion", confusion);
    std::printf("\"elapsed\":%u,", filter->GetElapsedNumberOfIterations());
  }
  print("times", times);
  std::printf("\"raters\":%d}\n", raters);
}
